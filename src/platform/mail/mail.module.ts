import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { port } from '../ports/port.js';
import { Log } from '../logging/logger.js';
import { Mailer, NoMailer } from './mailer.js';

async function createMailer(settings: Settings, log: Log): Promise<Mailer> {
  const [url, from] = [settings.get('SMTP_URL'), settings.get('MAIL_FROM')];
  if (url !== undefined && from !== undefined) {
    const { SmtpMailer } = await import('./smtp-mailer.js');
    return new SmtpMailer(url, from);
  }
  log.named('mail').info('No mails are sent: SMTP_URL and MAIL_FROM are not set.');
  return new NoMailer();
}

@Global()
@Module({
  providers: port(Mailer, { useFactory: createMailer, inject: [Settings, Log] }),
  exports: [Mailer],
})
export class MailModule {}
