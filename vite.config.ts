import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The web app: `index.html` → `src/app/web/main.tsx`, built into `dist/web`, which control serves. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    // A domain's door only passes on what is behind it: who takes one thing through it does not load the rest.
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !/\/src\/(?!platform)\w+\/web\/index\.ts$/.test(id) } },
  },
  server: {
    port: 4010,
    proxy: { '/api': { target: `http://127.0.0.1:${process.env.VIGIE_PORT ?? '4000'}`, changeOrigin: false } },
  },
});
