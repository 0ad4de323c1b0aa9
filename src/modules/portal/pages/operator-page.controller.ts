import { Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '../../../platform/http/openapi.js';
import { Settings } from '../../../platform/config/settings.js';
import { CurrentExchange, type Exchange } from '../../../platform/http/exchange.js';
import { OwnController } from '../../../platform/http/own-routes.js';
import { Public } from '../../auth/index.js';
import { noSuchPage, sendPageFile } from './page-files.js';

/** The operator's page: only where there is an operator. Its scripts and styles are not secret. */
@ApiExcludeController()
@Public()
@OwnController('admin', 'admin/ui')
export class OperatorPageController {
  constructor(private readonly settings: Settings) {}

  @Get()
  async show(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    if (this.settings.get('ADMIN_TOKEN') === undefined) throw noSuchPage();
    await sendPageFile(exchange, 'admin.html');
  }
}
