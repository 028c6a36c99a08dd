import { useState } from 'react';
import { useWords } from '../language.tsx';
import { messages } from '../messages.ts';
import { ProblemError } from '../problem.ts';
import { useProblemSentence } from '../states.tsx';

/** `goal.quantity` and `lines.0.name` belong to the field of that name or to the nearest one above it. */
const fieldFor = (name: string, fields: string[]): string | undefined => {
  const path = name.replace(/\[(\d+)\]/g, '.$1').split('.');
  for (let length = path.length; length > 0; length--) {
    const candidate = path.slice(0, length).join('.');
    if (fields.includes(candidate)) return candidate;
  }
  return undefined;
};

/** The server's sentence, put on the field it names when the form has it, else over the form. Exported for its test. */
export const placeProblem = (problem: { field?: string | undefined; message: string }, fields: string[]) => {
  const field = problem.field ? fieldFor(problem.field, fields) : undefined;
  return field ? { field, sentence: problem.message } : { field: undefined, sentence: problem.message };
};

/**
 * The state of a form: values, errors by field, and a submit that puts the server's refusal where it belongs.
 * `required` names the fields that may not be empty; `also` names fields of the server's that the form shows under other names.
 */
export const useForm = <V extends Record<string, unknown>>(
  initial: V,
  { required = [], also = [] }: { required?: (keyof V & string)[]; also?: string[] } = {},
) => {
  const words = useWords(messages);
  const sentence = useProblemSentence();
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  const change = (part: Partial<V>) => {
    setValues((before) => ({ ...before, ...part }));
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in part))));
    setProblem(undefined);
  };
  const field = <K extends keyof V & string>(name: K) => ({
    value: values[name],
    error: errors[name],
    onChange: (value: V[K]) => change({ [name]: value } as unknown as Partial<V>),
  });
  /** For inputs whose change handler gets an event. */
  const text = <K extends keyof V & string>(name: K) => ({
    value: String(values[name] ?? ''),
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      change({ [name]: event.currentTarget.value } as unknown as Partial<V>),
  });

  const submit = (work: (values: V) => Promise<unknown>) => async (event?: { preventDefault: () => void }) => {
    event?.preventDefault();
    if (busy) return;
    const missing = required.filter((name) => isEmpty(values[name]));
    if (missing.length) return setErrors(Object.fromEntries(missing.map((name) => [name, words.required])));
    setBusy(true);
    setErrors({});
    setProblem(undefined);
    try {
      await work(values);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const placed = placeProblem(error, [...Object.keys(values), ...also]);
      if (placed.field) setErrors({ [placed.field]: placed.sentence });
      else setProblem(sentence(error));
    } finally {
      setBusy(false);
    }
  };

  return { values, change, field, text, submit, errors, problem, busy };
};

const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
