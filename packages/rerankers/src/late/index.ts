export { type LateInteractionOptions, lateInteraction } from './late-interaction.js';
