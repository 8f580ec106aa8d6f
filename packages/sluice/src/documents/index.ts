export { type FolderOptions, folderDocuments } from './folder-documents.js';
export { htmlSections } from './html-sections.js';
export { markdownSections } from './markdown-sections.js';
export { type PassageSource, passagesOf } from './passages.js';
export { plainSections } from './plain-sections.js';
export { type ReadDocumentsOptions, readDocuments } from './read-documents.js';
export type { Section } from './section.js';
