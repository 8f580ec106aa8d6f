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
