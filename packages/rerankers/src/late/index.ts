export { type LateInteractionOptions, lateInteraction, lateInteractionOptions } from './late-interaction.js';
