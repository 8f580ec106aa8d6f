export { type AdannsIvfOptions, adannsIvf } from './adanns-ivf.js';
