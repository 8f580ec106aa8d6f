/** Does what is asked of it one after another, in the order in which it was asked, whether it succeeds or not. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = Promise.allSettled([result]);
    return result;
  }
}
