export { type AdannsIvfOptions, adannsIvf } from './adanns-ivf.js';
export { adannsOpq } from './adanns-opq.js';
