// SPDX-License-Identifier: Apache-2.0
// lib/profiles.ts - what a device family calls the settings, and its own file format.

import type { Language, NewCredential, Profile } from './types';

export type Setting =
  | 'user_name'
  | 'auth_name'
  | 'password'
  | 'domain'
  | 'proxy'
  | 'port'
  | 'transport';

export const PROFILES: Profile[] = ['fritzbox', 'linphone', 'zoiper', 'generic', 'baresip', 'other'];

interface Family {
  device: string;
  /** In the device's own language, where it has one for this page's. */
  fields: Partial<Record<Language, Partial<Record<Setting, string>>>>;
}

const linphone: Partial<Record<Setting, string>> = {
  user_name: 'Username',
  auth_name: 'Authentication ID',
  password: 'Password',
  domain: 'Domain',
  proxy: 'Outbound proxy',
  transport: 'Transport',
};

const zoiper: Partial<Record<Setting, string>> = {
  user_name: 'Username',
  auth_name: 'Authentication username',
  password: 'Password',
  domain: 'Hostname',
  proxy: 'Outbound proxy',
};

const families: Partial<Record<Profile, Family>> = {
  fritzbox: {
    device: 'FRITZ!Box',
    fields: {
      de: {
        user_name: 'Rufnummer für die Anmeldung',
        auth_name: 'Benutzername',
        password: 'Kennwort',
        domain: 'Registrar',
        proxy: 'Proxy-Server',
      },
      fr: { auth_name: 'Nom d’utilisateur', password: 'Mot de passe', domain: 'Registrar' },
      it: { auth_name: 'Nome utente', password: 'Password', domain: 'Registrar' },
      en: {
        auth_name: 'User name',
        password: 'Password',
        domain: 'Registrar',
        proxy: 'Proxy server',
      },
    },
  },
  linphone: {
    device: 'Linphone',
    fields: { de: linphone, fr: linphone, it: linphone, en: linphone },
  },
  zoiper: { device: 'Zoiper', fields: { de: zoiper, fr: zoiper, it: zoiper, en: zoiper } },
};

/** The device's name and its own word for a setting, where it has one. */
export function fieldOf(
  profile: Profile,
  language: Language,
  setting: Setting,
): { device: string; field: string } | undefined {
  const family = families[profile];
  const field = family?.fields[language]?.[setting];
  return family && field ? { device: family.device, field } : undefined;
}

/** baresip keeps an account in one line of the file `accounts`. */
export function baresipLine(credential: NewCredential): string {
  const { user_name, auth_name, password, domain, proxy, port, transport } = credential;
  return [
    `<sip:${user_name}@${domain};transport=${transport}>`,
    `auth_user=${auth_name}`,
    `auth_pass=${password}`,
    `outbound="sip:${proxy}:${port};transport=${transport}"`,
    'regint=3600',
  ].join(';');
}
