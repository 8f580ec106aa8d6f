/** The only order in which eight partial sums become one: the plain twins add in the same order, so bits agree. */
// @ts-ignore: decorator
@inline
export function sumLanes(low: v128, high: v128): f32 {
  const sum = f32x4.add(low, high);
  return (
    f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 2) +
    (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3))
  );
}

// @ts-ignore: decorator
@inline
export function sumIntegers(sum: v128): i32 {
  return (
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  );
}

/** The sums of four vectors of integers, as one vector. */
// @ts-ignore: decorator
@inline
export function sumOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return i32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7));
}
