import type { AccountModel } from './models/account.js';
import type { AuditModel } from './models/audit.js';
import type { DashboardModel } from './models/dashboard.js';
import type {
  ConfirmModel,
  ContinueModel,
  ErrorModel,
  NoAccessModel,
  SignedOutModel,
} from './models/messages.js';
import type { AddPeopleModel, ApprovalsModel, ImportModel } from './models/people.js';
import type { RolesModel } from './models/roles.js';
import type { AllSessionsModel } from './models/sessions.js';
import type { SetupModel, TrialModel } from './models/setup.js';
import type { SignInModel } from './models/sign-in.js';
import type { TeamModel, TeamsModel } from './models/teams.js';
import type { TokenModel, TokensModel } from './models/tokens.js';
import type { UserModel } from './models/user.js';
import type { UsersModel } from './models/users.js';

/** The model of each view, by the name of its file in `views/`. */
export interface Views {
  readonly account: AccountModel;
  readonly 'add-people': AddPeopleModel;
  readonly approvals: ApprovalsModel;
  readonly audit: AuditModel;
  readonly confirm: ConfirmModel;
  readonly continue: ContinueModel;
  readonly dashboard: DashboardModel;
  readonly error: ErrorModel;
  readonly import: ImportModel;
  readonly 'no-access': NoAccessModel;
  readonly setup: SetupModel;
  readonly 'setup-trial': TrialModel;
  readonly roles: RolesModel;
  readonly sessions: AllSessionsModel;
  readonly 'sign-in': SignInModel;
  readonly 'signed-out': SignedOutModel;
  readonly team: TeamModel;
  readonly teams: TeamsModel;
  readonly token: TokenModel;
  readonly tokens: TokensModel;
  readonly user: UserModel;
  readonly users: UsersModel;
}
