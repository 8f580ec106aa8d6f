/** Multiplications in plain JavaScript between two turns of the event loop: one to two milliseconds. */
export const PRODUCTS_A_STEP: number = 2 ** 20;
