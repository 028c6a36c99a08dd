import { ctr } from '../../figures.ts';
import { countOf, type Rule } from '../rule.ts';

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const nothingDelivered: Rule = {
  name: 'nothing-delivered',
  applies: 'no impression was counted in the period',
  find({ total, period }) {
    if (total.impressions > 0) return [];
    const { from, to } = period;
    return [
      {
        importance: 100,
        values: { impressions: 0 },
        write: {
          fr: (f) => `Aucune impression n’a été comptée ${f.period(from, to)}.`,
          en: (f) =>
            from === to
              ? `No impression was counted on ${f.day(from)}.`
              : `No impression was counted over the period ${f.period(from, to)}.`,
        },
      },
    ];
  },
};

export const deliveryTotal: Rule = {
  name: 'delivery-total',
  applies: 'there were impressions in the period',
  find({ total, period }) {
    const rate = ctr(total);
    if (rate === null) return [];
    const { from, to } = period;
    return [
      {
        importance: 99,
        values: { impressions: total.impressions, clicks: total.clicks, ctr: rate },
        write: {
          fr: (f) =>
            `${upper(f.period(from, to))}, la campagne a enregistré ${countOf(f, total.impressions, 'impressions')} et ${countOf(f, total.clicks, 'clicks')}, soit un taux de clics de ${f.percent(rate, 2)}.`,
          en: (f) =>
            `${from === to ? 'On' : 'Over the period'} ${f.period(from, to)}, the campaign recorded ${countOf(f, total.impressions, 'impressions')} and ${countOf(f, total.clicks, 'clicks')}, a click-through rate of ${f.percent(rate, 2)}.`,
        },
      },
    ];
  },
};

export const invalidTraffic: Rule = {
  name: 'invalid-traffic',
  applies: 'some impressions or clicks of the period were filtered as invalid',
  find({ total, invalid }) {
    if (invalid.impressions + invalid.clicks === 0) return [];
    const { impressions, clicks } = invalid;
    const share = (100 * impressions) / (total.impressions + impressions);
    const feminine = clicks === 0;
    return [
      {
        importance: 20,
        values: { impressions, clicks, ...(impressions > 0 ? { share } : {}) },
        write: {
          fr(f) {
            const parts = [
              ...(impressions > 0
                ? [`${countOf(f, impressions, 'impressions')} (${f.percent(share, 2)} des impressions brutes)`]
                : []),
              ...(clicks > 0 ? [countOf(f, clicks, 'clicks')] : []),
            ];
            const plural = impressions + clicks > 1;
            const verb = plural ? 'ont été écarté' : 'a été écarté';
            return `${parts.join(' et ')} ${verb}${feminine ? 'e' : ''}${plural ? 's' : ''} comme trafic non valide${f.language === 'fr' ? '\u202f' : ''}; ce trafic n’entre dans aucun chiffre de ce rapport.`;
          },
          en(f) {
            const parts = [
              ...(impressions > 0
                ? [`${countOf(f, impressions, 'impressions')} (${f.percent(share, 2)} of gross impressions)`]
                : []),
              ...(clicks > 0 ? [countOf(f, clicks, 'clicks')] : []),
            ];
            return `${parts.join(' and ')} ${impressions + clicks > 1 ? 'were' : 'was'} filtered out as invalid traffic and ${impressions + clicks > 1 ? 'are' : 'is'} in none of this report’s figures.`;
          },
        },
      },
    ];
  },
};
