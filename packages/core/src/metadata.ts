/** One metadata value. Lists are for membership: a field that is a list matches when any element does. */
export type MetadataValue = string | number | boolean | null | readonly (string | number | boolean)[];

/** What is known about a document besides its text, by field name. Filters read it; scoring never does. */
export type Metadata = Readonly<Record<string, MetadataValue>>;
