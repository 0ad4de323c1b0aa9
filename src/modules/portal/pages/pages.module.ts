import { Module } from '@nestjs/common';
import { AssetsController } from './assets.controller.js';
import { OperatorPageController } from './operator-page.controller.js';
import { PagesController } from './pages.controller.js';

/** The pages, and what they load. */
@Module({ controllers: [PagesController, OperatorPageController, AssetsController] })
export class PagesModule {}
