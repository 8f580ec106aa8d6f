import { serve } from './serve.js';

// The entry of a child process: nothing imports it.
if (process.send) serve(process);
