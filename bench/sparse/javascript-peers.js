/**
 * Search libraries of JavaScript, each with its own tokenizer switched off where it allows: texts are analysed terms between
 * blanks. Those that are not installed are left out.
 *
 * @returns {Promise<{ name: string, open: (documents: string[]) => Promise<(query: string, k: number) => unknown> }[]>}
 */
export async function javascriptPeers() {
  const loaded = await Promise.all([miniSearch(), orama(), wink()]);
  return loaded.filter((peer) => peer !== undefined);
}

async function miniSearch() {
  const { default: MiniSearch } = await optional('minisearch');
  if (!MiniSearch) return undefined;
  return {
    name: 'MiniSearch',
    open: async (documents) => {
      const index = new MiniSearch({ fields: ['text'], tokenize: (text) => text.split(' ') });
      index.addAll(documents.map((text, id) => ({ id, text })));
      return (query, k) => index.search(query).slice(0, k);
    },
  };
}

async function orama() {
  const { create, insertMultiple, search } = await optional('@orama/orama');
  if (!create) return undefined;
  return {
    name: 'Orama',
    open: async (documents) => {
      const tokenizer = { language: 'english', normalizationCache: new Map(), tokenize: (text) => text.split(' ') };
      const database = create({ schema: { text: 'string' }, components: { tokenizer } });
      await insertMultiple(
        database,
        documents.map((text) => ({ text })),
        1000,
      );
      return (query, k) => search(database, { term: query, limit: k, threshold: 1 });
    },
  };
}

async function wink() {
  const { default: engineOf } = await optional('wink-bm25-text-search');
  if (!engineOf) return undefined;
  return {
    name: 'wink-bm25',
    open: async (documents) => {
      const engine = engineOf();
      engine.defineConfig({ fldWeights: { text: 1 }, bm25Params: { k1: 1.2, b: 0.75, k: 1 } });
      engine.definePrepTasks([(text) => text.split(' ').filter((term) => term !== '')]);
      for (const [id, text] of documents.entries()) engine.addDoc({ text }, id);
      engine.consolidate();
      return (query, k) => engine.search(query, k);
    },
  };
}

async function optional(name) {
  try {
    return await import(name);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stdout.write(`${name} is left out: not installed.\n`);
    return {};
  }
}
