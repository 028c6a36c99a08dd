import type { Transporter } from 'nodemailer';

export type Letter = {
  to: string[];
  subject: string;
  text: string;
  html?: string;
  attachments?: { filename: string; content: Buffer; contentType: string }[];
};
/** `isOff`: there is no mail server, and sending will say so. */
export type Mail = { send(letter: Letter): Promise<void>; close(): void; isOff?: boolean };

/** Mail through the configured server; without one, sending says so instead of losing the letter silently. */
export function openMail(url: string | undefined, from: string): Mail {
  if (!url) {
    return {
      isOff: true,
      send: async () => {
        throw new Error('No mail server is set: VIGIE_SMTP_URL.');
      },
      close: () => undefined,
    };
  }
  let opened: Promise<Transporter> | undefined;
  const transport = () =>
    (opened ??= import('nodemailer').then(({ createTransport }) =>
      createTransport({ url, connectionTimeout: 10_000, socketTimeout: 30_000 }),
    ));
  return {
    async send(letter) {
      await (await transport()).sendMail({ ...letter, from });
    },
    close: () => void opened?.then((it) => it.close()),
  };
}
