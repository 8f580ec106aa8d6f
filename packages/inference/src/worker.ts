import { parentPort, workerData } from 'node:worker_threads';
import { serveThread } from './worker/serve-thread.js';

// The entry of a worker thread: nothing imports it.
if (parentPort) serveThread(parentPort, workerData);
