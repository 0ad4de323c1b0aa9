import { Controller, Get, Module, Res } from '@nestjs/common';
import { ApiExcludeController } from '../../../platform/http/openapi.js';
import { CurrentExchange, type Exchange } from '../../../platform/http/exchange.js';
import { Public } from '../../auth/index.js';
import { sendPageFile } from './page-files.js';

@ApiExcludeController()
@Public()
@Controller()
class HomePageController {
  @Get()
  async show(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    await sendPageFile(exchange, 'index.html');
  }
}

/** The page `/` of the reference application, with the registration form. Other applications have one of their own. */
@Module({ controllers: [HomePageController] })
export class HomePageModule {}
