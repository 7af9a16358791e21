// SPDX-License-Identifier: Apache-2.0
// main.ts - language first, then the page.

import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { speakFirst } from './lib/i18n.svelte';
import { startRouter } from './lib/router.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

startRouter();
void speakFirst().then(() => mount(App, { target }));
