/** Pairs below which a line and its spread say nothing. */
const LEAST_PAIRS = 4;
const DEGREES_USED = 2;

/**
 * Foresees a reranker's scores from those that the candidates came with: a line through the pairs seen so far, and the
 * spread of the pairs around it.
 */
export class ScoreForecast {
  #count = 0;
  #meanGiven = 0;
  #meanFound = 0;
  #sumGiven = 0;
  #sumFound = 0;
  #sumBoth = 0;

  /** Welford's way: sums of squares without the loss of digits. */
  add(given: number, found: number): void {
    this.#count++;
    const fromMean = given - this.#meanGiven;
    const found0 = found - this.#meanFound;
    this.#meanGiven += fromMean / this.#count;
    this.#meanFound += found0 / this.#count;
    this.#sumGiven += fromMean * (given - this.#meanGiven);
    this.#sumFound += found0 * (found - this.#meanFound);
    this.#sumBoth += fromMean * (found - this.#meanFound);
  }

  /**
   * Expected number of candidates with the `given` scores whose new score is above `bar`: at least the probability that
   * there is one. Infinity as long as too little was seen.
   */
  expectedAbove(bar: number, given: Float32Array): number {
    if (this.#count < LEAST_PAIRS) return Number.POSITIVE_INFINITY;
    // A falling line would promise more of the worse candidates: noise.
    const slope = this.#sumGiven > 0 ? Math.max(0, this.#sumBoth / this.#sumGiven) : 0;
    const residual = Math.max(0, this.#sumFound - 2 * slope * this.#sumBoth + slope * slope * this.#sumGiven);
    const variance = residual / (this.#count - DEGREES_USED);
    let expected = 0;
    for (const each of given) {
      const distance = each - this.#meanGiven;
      const leverage = this.#sumGiven > 0 ? (distance * distance) / this.#sumGiven : 0;
      const deviation = Math.sqrt(variance * (1 + 1 / this.#count + leverage));
      const forecast = this.#meanFound + slope * distance;
      expected +=
        deviation === 0
          ? Number(forecast > bar)
          : studentTail((bar - forecast) / deviation, this.#count - DEGREES_USED);
    }
    return expected;
  }
}

/**
 * Probability that a value of Student's distribution is above `t`.
 *
 * By the normal tail of a transformed value (Wallace, 1959), within .005 from three degrees of freedom up, and never far
 * too small in the tail.
 */
function studentTail(t: number, degrees: number): number {
  const z = ((8 * degrees + 1) / (8 * degrees + 3)) * Math.sqrt(degrees * Math.log1p((t * t) / degrees));
  const tail = normalTail(z);
  return t >= 0 ? tail : 1 - tail;
}

/** Upper tail of the normal distribution for `z` of 0 and more; error below 7.5e-8 (Zelen and Severo, 1964). */
function normalTail(z: number): number {
  const u = 1 / (1 + 0.2316419 * z);
  const series = u * (0.31938153 + u * (-0.356563782 + u * (1.781477937 + u * (-1.821255978 + u * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
