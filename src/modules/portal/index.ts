export { HomePageModule } from './pages/home-page.module.js';
export { PortalModule } from './portal.module.js';
