/** Bytes that a packer does not write. The owner of the postings has an error of its own for it. */
export class DamagedPostings extends Error {
  override readonly name = 'DamagedPostings';
  readonly term: number;

  constructor(term: number) {
    super(`The postings of term ${term} are not what a packer writes.`);
    this.term = term;
  }
}
