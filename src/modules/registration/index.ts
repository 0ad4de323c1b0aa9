export { PublicAddress } from './checkout/public-address.js';
export { RegistrationModule } from './registration.module.js';
