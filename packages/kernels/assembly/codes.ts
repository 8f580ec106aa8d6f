// Sums of table entries chosen by codes: a code is `parts` bytes, a table 256 float32 for each part. A row's sum runs
// over its parts in order; four rows at a time hide the latency of the additions.

// @ts-ignore: decorator
@inline
function entry(table: usize, code: usize): f32 {
  return load<f32>(table + (<usize>load<u8>(code) << 2));
}

// @ts-ignore: decorator
@inline
function fourCodes(
  code0: usize, code1: usize, code2: usize, code3: usize, tables: usize, parts: usize, score: usize,
): void {
  let s0: f32 = 0, s1: f32 = 0, s2: f32 = 0, s3: f32 = 0;
  let table = tables;
  for (let part: usize = 0; part < parts; part++) {
    s0 += entry(table, code0 + part);
    s1 += entry(table, code1 + part);
    s2 += entry(table, code2 + part);
    s3 += entry(table, code3 + part);
    table += 1024;
  }
  store<f32>(score, s0);
  store<f32>(score, s1, 4);
  store<f32>(score, s2, 8);
  store<f32>(score, s3, 12);
}

// @ts-ignore: decorator
@inline
function oneCode(code: usize, tables: usize, parts: usize): f32 {
  let sum: f32 = 0;
  for (let part: usize = 0; part < parts; part++) sum += entry(tables + (part << 10), code + part);
  return sum;
}

export function sumCodes(codes: usize, tables: usize, scores: usize, n: usize, parts: usize): void {
  let j: usize = 0;
  for (; j + 4 <= n; j += 4) {
    const code = codes + j * parts;
    fourCodes(code, code + parts, code + 2 * parts, code + 3 * parts, tables, parts, scores + (j << 2));
  }
  for (; j < n; j++) store<f32>(scores + (j << 2), oneCode(codes + j * parts, tables, parts));
}

// @ts-ignore: decorator
@inline
function codeAt(codes: usize, list: usize, at: usize, parts: usize): usize {
  return codes + <usize>load<u32>(list + (at << 2)) * parts;
}

export function sumCodesListed(
  codes: usize, list: usize, tables: usize, scores: usize, n: usize, parts: usize,
): void {
  let j: usize = 0;
  for (; j + 4 <= n; j += 4) {
    fourCodes(
      codeAt(codes, list, j, parts), codeAt(codes, list, j + 1, parts), codeAt(codes, list, j + 2, parts),
      codeAt(codes, list, j + 3, parts), tables, parts, scores + (j << 2),
    );
  }
  for (; j < n; j++) store<f32>(scores + (j << 2), oneCode(codeAt(codes, list, j, parts), tables, parts));
}
