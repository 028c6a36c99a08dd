export { audit, onWrite } from './audit.ts';
export { may, type Right, type Role } from './policy.ts';
export { createSignIn, type SignIn } from './sign-in.ts';
export { identify } from './identify.ts';
export { createOrganisation, isFirstRun, onNewOrganisation, systemOf } from './organisation.ts';
export { addUser } from './user.ts';
export { createKey, keysInForce } from './key.ts';
export { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow } from './rows.ts';
export { routes } from './routes.ts';
