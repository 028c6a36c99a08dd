import * as z from 'zod';

// The page's policy forbids evaluated code. zod tries it once, when the first schema is made, and the browser would log a
// violation: this is imported before any contract.
z.config({ jitless: true });
