import { dimensionOf, metrics, timeDimensions } from '#analytics/contract';
import { useLanguage } from '#platform/web';

/** Why a question of the explorer is refused, in French, with names as its lists have them. */
const problems: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [
    /^metrics: (currency_revenue) is in the currency of each row; add the dimension (event:currency)\.$/,
    (metric, dimension) => `« ${metric} » se demande par devise : ajoutez la dimension « ${dimension} ».`,
  ],
  [
    /^dimensions: (\S+) cannot be broken down by (\S+)\.$/,
    (metric, dimension) => `« ${metric} » ne se répartit pas par « ${dimension} ».`,
  ],
  [
    /^filters: (\S+) cannot be filtered by (\S+)\.$/,
    (metric, dimension) => `« ${metric} » ne se filtre pas par « ${dimension} ».`,
  ],
  [
    /^dimensions: (\S+) cannot be asked with (.*) together\.$/,
    (metric, dimensions) => `« ${metric} » ne se demande pas avec ces dimensions ensemble : ${dimensions}.`,
  ],
  [
    /^dimensions: (time:\w+) gives too many periods over this date_range\.$/,
    (dimension) => `« ${dimension} » donne trop de périodes sur ces dates ; raccourcissez-les.`,
  ],
  [
    /^dimensions: only one time dimension can be asked at once\.$/,
    () => 'Une seule dimension de temps peut être demandée à la fois.',
  ],
  [
    /^filters: a pattern of matches is not a valid regular expression \(RE2\)\.$/,
    () => 'Un filtre porte un motif qui n’est pas une expression régulière valable (RE2).',
  ],
];

/** The sentence in French; as it came when it is none of those that are known. */
export function questionProblemInFrench(sentence: string): string {
  for (const [pattern, write] of problems) {
    const found = pattern.exec(sentence);
    if (found) return write(...found.slice(1).map((part) => part.split(', ').map(nameInFrench).join(', ')));
  }
  return sentence;
}

const labels: Readonly<Record<string, { label: { fr: string } }>> = metrics;
const times: Readonly<Record<string, { fr: string }>> = timeDimensions;
const nameInFrench = (name: string): string =>
  labels[name]?.label.fr ?? times[name]?.fr ?? dimensionOf(name)?.label.fr ?? name;

/** For the explorer: what the server said of the question, in the reader's language. */
export const useQuestionProblem = () => {
  const { language } = useLanguage();
  return (sentence: string) => (language === 'fr' ? questionProblemInFrench(sentence) : sentence);
};
