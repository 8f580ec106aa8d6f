import { SluiceError } from '@sluice/core';

/** Documents were to be indexed where a collection is already. It is as it was. */
export class CollectionExistsError extends SluiceError {
  readonly code = 'SLUICE_COLLECTION_EXISTS';
  /** The folder. */
  readonly place: string;
  /** How many documents it holds. */
  readonly documents: number;

  constructor({ place, documents }: Pick<CollectionExistsError, 'place' | 'documents'>) {
    super(
      `${place} holds a collection of ${documents} documents.`,
      'Index into an empty folder and put it in place of this one; adding to a collection is not possible yet.',
    );
    this.place = place;
    this.documents = documents;
  }
}
