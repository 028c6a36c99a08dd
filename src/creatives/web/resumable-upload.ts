/** Sends a file in pieces by the tus protocol 1.0: a lost connection costs one piece, and a reloaded page goes on where it was. */
import { ProblemError, problemOfAnswer } from '#platform/web';

const piece = 4 * 1024 * 1024;
const version = { 'Tus-Resumable': '1.0.0' };
const mostTries = 6;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const keyOf = (file: File) => `vigie-upload ${file.name} ${file.size} ${file.lastModified}`;

/** Bytes that are there already; undefined when the upload is unknown by now. */
async function offsetOf(url: string): Promise<number | undefined> {
  const answer = await fetch(url, { method: 'HEAD', headers: version });
  return answer.ok ? Number(answer.headers.get('upload-offset')) : undefined;
}

async function begin(file: File): Promise<string> {
  const answer = await fetch('/api/uploads', {
    method: 'POST',
    headers: { ...version, 'Upload-Length': String(file.size), 'Upload-Metadata': `filename ${base64(file.name)}` },
  });
  const url = answer.headers.get('location');
  if (answer.status !== 201 || !url) throw await problemOfAnswer(answer);
  sessionStorage.setItem(keyOf(file), url);
  return url;
}

/** Resolves to the id of the complete upload. `told` hears the share that is there, 0 to 1. Throws ProblemError. */
export async function uploadResumably(file: File, told: (share: number) => void): Promise<string> {
  const kept = sessionStorage.getItem(keyOf(file));
  const known = kept ? await offsetOf(kept).catch(() => undefined) : undefined;
  const url = kept && known !== undefined ? kept : await begin(file);
  let offset = known ?? 0;
  for (let tries = 0; offset < file.size;) {
    told(offset / file.size);
    try {
      const answer = await fetch(url, {
        method: 'PATCH',
        headers: { ...version, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
        body: file.slice(offset, offset + piece),
      });
      if (answer.status !== 204) throw await problemOfAnswer(answer);
      offset = Number(answer.headers.get('upload-offset'));
      tries = 0;
    } catch (error) {
      if (++tries > mostTries) throw error;
      await pause(250 * 2 ** tries);
      const there = await offsetOf(url).catch(() => offset);
      if (there === undefined) {
        sessionStorage.removeItem(keyOf(file));
        throw error instanceof ProblemError ? error : new Error(String(error), { cause: error });
      }
      offset = there;
    }
  }
  told(1);
  sessionStorage.removeItem(keyOf(file));
  return url.split('/').at(-1) ?? '';
}
