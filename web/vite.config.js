// SPDX-License-Identifier: Apache-2.0
import { svelte } from '@sveltejs/vite-plugin-svelte';

// The server's policy is `default-src 'self'`: nothing may be inlined, and every
// browser that knows modules well enough for the target preloads by itself.
export default {
  plugins: [svelte()],
  build: {
    target: 'es2021',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    proxy: {
      '/api': { target: process.env.OWNLINE_API ?? 'http://127.0.0.1:8099', secure: false },
    },
  },
};
