import { testDirectory } from '@sluice/testing';
import { memoryDirectory } from './memory-directory.js';

testDirectory('memoryDirectory', () => memoryDirectory());
