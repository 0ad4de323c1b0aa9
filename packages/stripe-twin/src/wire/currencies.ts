import { invalid } from './api-error.js';
import { text, type Param } from './params.js';

/** The currencies that Stripe presents prices in. */
const CURRENCIES = new Set(
  (
    'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf ' +
    'chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg ' +
    'huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk ' +
    'mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub ' +
    'rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd ' +
    'vuv wst xaf xcd xcg xof xpf yer zar zmw'
  ).split(' '),
);

/** A three-letter code, taken in either case and kept in lower case. */
export const currency: Param<string> = {
  required: false,
  parse(raw, path) {
    const code = text(10).parse(raw, path).toLowerCase();
    if (!CURRENCIES.has(code)) throw invalid(`Invalid currency: ${code}`, path);
    return code;
  },
};
