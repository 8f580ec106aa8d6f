import { decodeFrequencies, refuse } from './decode';
import {
  BLOCK, BOUNDS, COUNT, DELTA, FREQUENCIES, FULL_BLOCKS, IMPACTS, IMPACTS_OF, K1, LENGTHS, NORMS, PRUNING, SCRATCH, u32At,
  VARIANT, WEIGHT,
} from './fields';

/** The least float32 above 0. */
const LEAST: f32 = reinterpret<f32>(1);
const LUCENE: u32 = 0;
const ATIRE: u32 = 2;
const BM25L: u32 = 3;
const BM25_PLUS: u32 = 4;

// @ts-ignore: decorator
@inline
function normOf(search: usize, ordinal: u32): f32 {
  const code = <usize>load<u8>(<usize>u32At(search, LENGTHS) + ordinal);
  return load<f32>(<usize>u32At(search, NORMS) + (code << 2));
}

// @ts-ignore: decorator
@inline
function aboveZero(value: f64): f32 {
  const rounded = <f32>value;
  return rounded > 0 ? rounded : LEAST;
}

/** Every operation and its order as in the plain formula: the last bit is the same. */
export function impactOf(search: usize, weight: f32, frequency: u32, ordinal: u32): f32 {
  const norm = normOf(search, ordinal);
  const variant = u32At(search, VARIANT);
  if (variant == LUCENE) {
    const impact = weight - weight / (<f32>1 + <f32>(<f64>frequency * <f64>norm));
    return impact > 0 ? impact : LEAST;
  }
  const k1 = load<f64>(search + K1);
  const tf = <f64>frequency;
  if (variant == BM25L) {
    const shifted = tf / <f64>norm + load<f64>(search + DELTA);
    return aboveZero((<f64>weight * (k1 + 1) * shifted) / (k1 + shifted));
  }
  const saturation = tf / (tf + k1 * <f64>norm);
  if (variant == ATIRE) return aboveZero(<f64>weight * (k1 + 1) * saturation);
  if (variant == BM25_PLUS) return aboveZero(<f64>weight * ((k1 + 1) * saturation + load<f64>(search + DELTA)));
  return aboveZero(<f64>weight * saturation);
}

/** At least what any posting of a block adds. */
// @ts-ignore: decorator
@inline
export function boundOf(term: usize, block: u32): f64 {
  return <f64>load<f32>(term + WEIGHT) * <f64>load<f32>(<usize>u32At(term, BOUNDS) + (<usize>block << 2)) + <f64>LEAST;
}

/** The impacts of the term's current block, whose ordinals are decoded. */
export function weighBlock(search: usize, term: usize): void {
  const block = u32At(term, BLOCK);
  if (u32At(term, IMPACTS_OF) == block) return;
  decodeFrequencies(search, term);
  const scratch = <usize>u32At(term, SCRATCH);
  const end = scratch + ((<usize>u32At(term, COUNT) + 3) & ~3) * 4;
  const largest = u32At(search, VARIANT) == LUCENE ? weighLucene(search, term, scratch, end) : weighAny(search, term, scratch, end);
  // A block that has more than its bound says is not what was written.
  if (u32At(search, PRUNING) != 0 && block < u32At(term, FULL_BLOCKS) && <f64>largest > boundOf(term, block)) {
    refuse(search, term);
  }
  store<u32>(term + IMPACTS_OF, block);
}

function weighLucene(search: usize, term: usize, scratch: usize, end: usize): f32 {
  const lengths = <usize>u32At(search, LENGTHS);
  const norms = <usize>u32At(search, NORMS);
  const weight = f32x4.splat(load<f32>(term + WEIGHT));
  const one = f32x4.splat(1);
  const least = f32x4.splat(LEAST);
  let largest = least;
  for (let at = scratch; at < end; at += 16) {
    let norm = v128.load32_zero(norms + (<usize>load<u8>(lengths + load<u32>(at)) << 2));
    norm = v128.load_lane<f32>(norms + (<usize>load<u8>(lengths + load<u32>(at, 4)) << 2), norm, 1);
    norm = v128.load_lane<f32>(norms + (<usize>load<u8>(lengths + load<u32>(at, 8)) << 2), norm, 2);
    norm = v128.load_lane<f32>(norms + (<usize>load<u8>(lengths + load<u32>(at, 12)) << 2), norm, 3);
    const frequencies = v128.load(at, FREQUENCIES);
    // Above 2^24 a float32 is not the frequency: those go one by one.
    if (v128.any_true(i32x4.shr_u(frequencies, 24))) return weighAny(search, term, scratch, end);
    const divisor = f32x4.add(one, f32x4.mul(f32x4.convert_i32x4_u(frequencies), norm));
    const impacts = f32x4.max(f32x4.sub(weight, f32x4.div(weight, divisor)), least);
    largest = f32x4.max(largest, impacts);
    v128.store(at, impacts, IMPACTS);
  }
  const half = f32x4.max(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
  return max(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1));
}

function weighAny(search: usize, term: usize, scratch: usize, end: usize): f32 {
  const weight = load<f32>(term + WEIGHT);
  let largest = LEAST;
  for (let at = scratch; at < end; at += 4) {
    const impact = impactOf(search, weight, load<u32>(at, FREQUENCIES), load<u32>(at));
    store<f32>(at, impact, IMPACTS);
    largest = max(largest, impact);
  }
  return largest;
}
