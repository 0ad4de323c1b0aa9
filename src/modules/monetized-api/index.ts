export { MonetizedApiModule } from './monetized-api.module.js';
