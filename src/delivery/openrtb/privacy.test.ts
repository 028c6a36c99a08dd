import { expect, test } from 'vitest';
import { consentOf, saysNo } from './privacy.ts';

/** Of the TCF, version 2; as a section of a GPP string it is the same text. */
const tcf = 'CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA';

test.each<[string, Parameters<typeof saysNo>[0], boolean]>([
  ['nothing said', {}, false],
  ['COPPA', { regs: { coppa: 1 } }, true],
  ['do not track', { device: { dnt: 1 } }, true],
  ['limited tracking', { device: { lmt: 1 } }, true],
  ['Global Privacy Control', { regs: { ext: { gpc: '1' } } }, true],
  ['no sale', { regs: { us_privacy: '1YYN' } }, true],
  ['no sale, where it was said before 2.6', { regs: { ext: { us_privacy: '1yyn' } } }, true],
  ['sale, with notice', { regs: { us_privacy: '1YNN' } }, false],
  ['not of the United States', { regs: { us_privacy: '1---' } }, false],
  ['the TCF section of the GPP', { regs: { gpp: `DBABMA~${tcf}`, gpp_sid: [2] } }, false],
  ['a section of the United States', { regs: { gpp: 'DBABLA~BVQqAAAAAgA', gpp_sid: [7] } }, true],
])('%s', (_, request, no) => expect(saysNo(request)).toBe(no));

test.each<[string, Parameters<typeof consentOf>[0], object | undefined]>([
  ['nothing said', {}, undefined],
  ['a string', { user: { consent: tcf } }, { tcf }],
  ['a string where it was before 2.6', { user: { ext: { consent: tcf } } }, { tcf }],
  ['a section of the GPP', { regs: { gpp: `DBABMA~${tcf}`, gpp_sid: [2] } }, { tcf }],
  ['the second section of the GPP', { regs: { gpp: `DBACNYA~${tcf}~1YNN`, gpp_sid: [2, 6] } }, { tcf }],
  ['a section that does not apply', { regs: { gpp: `DBABMA~${tcf}`, gpp_sid: [7] } }, undefined],
  ['a GPP without the TCF', { regs: { gpp: 'DBABLA~BVQqAAAAAgA' } }, undefined],
  ['no GDPR', { regs: { gdpr: 0 } }, { ads: true }],
  ['GDPR, and no string', { regs: { gdpr: 1 } }, undefined],
  ['an empty string under the GDPR', { user: { consent: '' }, regs: { gdpr: 1 } }, undefined],
])('%s', (_, request, consent) => expect(consentOf(request)).toEqual(consent));
