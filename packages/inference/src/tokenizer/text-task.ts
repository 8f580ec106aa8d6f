/** What a text is to a model: some read queries and documents in different ways. */
export type TextTask = 'query' | 'document';
