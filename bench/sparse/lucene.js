import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startLinePeer } from './line-peer.js';

const project = fileURLToPath(new URL('../peers/lucene/', import.meta.url));

/**
 * Lucene in a Java process that stays, one thread, on analysed terms: `index` and `search K` give milliseconds, `top K` the
 * ordinals and scores. Compiled on first use; needs `java`, `javac` and `mvn` (which fetches Lucene).
 *
 * @param {{ documents: string, queries: string }} files a line each, terms between blanks
 * @param {string} folder for its index
 */
export function startLucene({ documents, queries }, folder) {
  const target = `${project}target`;
  if (!existsSync(`${target}/classes/LucenePeer.class`) && !compile(target)) return undefined;
  const classPath = `${target}/classes:${target}/dependency/*`;
  const options = ['-Xmx4g', '-XX:+UseSerialGC', '-cp', classPath, 'LucenePeer', documents, queries, folder];
  return startLinePeer('java', options);
}

function compile(target) {
  const quiet = { cwd: project, stdio: 'ignore' };
  try {
    execFileSync('mvn', ['-q', 'dependency:copy-dependencies', `-DoutputDirectory=${target}/dependency`], quiet);
    mkdirSync(`${target}/classes`, { recursive: true });
    execFileSync(
      'javac',
      ['-cp', `${target}/dependency/*`, '-d', `${target}/classes`, 'src/main/java/LucenePeer.java'],
      quiet,
    );
    return true;
  } catch {
    return false;
  }
}
