import { parentPort, workerData } from 'node:worker_threads';
import { serve } from './worker/serve.js';

// The entry of a worker thread: nothing imports it.
if (parentPort) serve(parentPort, workerData);
