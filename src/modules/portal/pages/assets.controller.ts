import { Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '../../../platform/http/openapi.js';
import { CurrentExchange, type Exchange } from '../../../platform/http/exchange.js';
import { OwnController } from '../../../platform/http/own-routes.js';
import { Public } from '../../auth/index.js';
import { sendAsset } from './page-files.js';

type FileInFolder = Readonly<Record<'folder' | 'file', string | undefined>>;

const pathOf = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join('/');

/** What all pages load: the customers', the operator's, and those of a checkout. */
@ApiExcludeController()
@Public()
@OwnController(['portal', 'admin', 'register'])
export class AssetsController {
  @Get(['scripts/:file', 'scripts/:folder/:file'])
  async script(
    @Param() { folder, file }: FileInFolder,
    @CurrentExchange() exchange: Exchange,
    @Res() _answered: unknown,
  ): Promise<void> {
    await sendAsset(exchange, pathOf('scripts', folder, file));
  }

  @Get(['styles/:file', 'styles/:folder/:file'])
  async style(
    @Param() { folder, file }: FileInFolder,
    @CurrentExchange() exchange: Exchange,
    @Res() _answered: unknown,
  ): Promise<void> {
    await sendAsset(exchange, pathOf('styles', folder, file));
  }

  @Get('favicon.svg')
  async icon(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    await sendAsset(exchange, 'favicon.svg');
  }
}
