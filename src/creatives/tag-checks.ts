/** Checks of a third party's snippet: does its click pass by the ad server, are its macros filled in a form its addresses can carry. Pure. */
import { countsClicks, fillOf } from './click-macros.ts';
import type { CreativeCheck } from './contract.ts';
import { check } from './verdict.ts';

export function tagChecks({ html, macros }: { html: string; macros: readonly string[] }): CreativeCheck[] {
  const source = 'Google Ad Manager help 1242718';
  const loose = looseMacro(html, macros);
  const script = /<(script|iframe|img)\b[^>]{0,500}\bsrc\s*=\s*["']?https?:\/\//i.test(html);
  const random = macros.some((macro) => fillOf(macro) === 'random');
  return [
    countsClicks(macros)
      ? check('click', 'ok', `The click passes by ${macros.join(', ')}.`, { measured: macros.join(', '), source })
      : check('click', 'failed', 'The tag has no click macro: its clicks would not be counted.', {
          source,
          advice: 'Ask the third party where its click address goes, and put [CLICK_URL] there.',
        }),
    loose
      ? check('macros', 'failed', `${loose} stands inside of another address and is not encoded there.`, {
          measured: loose,
          source,
          advice: 'Use the encoded form inside of a parameter: %%CLICK_URL_ESC%% or [CLICK_URL_ENC].',
        })
      : check('macros', 'ok', 'The macros are encoded where they must be.', { source }),
    random || !script
      ? check(
          'cache_buster',
          'ok',
          random ? 'A random number keeps caches away.' : 'Nothing is loaded that a cache could keep.',
          { source },
        )
      : check('cache_buster', 'warning', 'No cache buster: what the third party counts may come from a cache.', {
          source,
          advice: 'Add [RANDOM] or %%CACHEBUSTER%% to its address, as the third party’s guide says.',
        }),
  ];
}

/** A click address as it is, as the value of another address's parameter: its own `&` and `?` would end it. */
function looseMacro(html: string, macros: readonly string[]): string | undefined {
  return macros.find((macro) => {
    if (fillOf(macro) !== 'click') return false;
    const name = macro.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`https?://[^\\s"'<>]{1,500}[?&;][\\w.-]{1,40}=${name}`, 'i').test(html);
  });
}
