/** Comments on things, among colleagues, and the notifications that follow from them. Clients neither see nor write them. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Nothing, page, route, Timestamp } from '#platform/contract';

/** What can be talked about. */
export const SubjectKind = z.enum(['order', 'line-item', 'creative', 'proposal']);
export type SubjectKind = z.infer<typeof SubjectKind>;

const Text = z.string().trim().min(1).max(4000);
const Mentions = z.array(Id).max(20);

export const Comment = z.object({
  id: Id,
  subject_kind: SubjectKind,
  subject_id: Id,
  author: z.object({ id: Id, name: z.string() }),
  text: z.string(),
  /** Users who were told. */
  mentions: z.array(z.object({ id: Id, name: z.string() })),
  created_at: Timestamp,
  changed_at: Timestamp.nullable(),
});
export type Comment = z.infer<typeof Comment>;

const read = 'comments.read';
const write = 'comments.write';

export const listComments = route({
  method: 'GET',
  path: '/api/comments',
  can: read,
  input: ListInput.extend({ subject_kind: SubjectKind.optional(), subject_id: Id.optional() }),
  reply: page(Comment),
  summary: 'What was said, newest first',
});
export const readComment = route({
  method: 'GET',
  path: '/api/comments/:id',
  can: read,
  input: IdInput,
  reply: Comment,
  summary: 'One comment',
});
export const createComment = route({
  method: 'POST',
  path: '/api/comments',
  can: write,
  status: 201,
  input: z.strictObject({ subject_kind: SubjectKind, subject_id: Id, text: Text, mentions: Mentions.optional() }),
  reply: Comment,
  summary: 'Say something about a thing; those mentioned, and those who said something about it before, are told',
});
export const changeComment = route({
  method: 'PATCH',
  path: '/api/comments/:id',
  can: write,
  input: z.strictObject({ id: Id, text: Text }),
  reply: Comment,
  summary: 'Change what one said oneself',
});
export const deleteComment = route({
  method: 'DELETE',
  path: '/api/comments/:id',
  can: write,
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Take back what one said oneself; an admin, what anybody said',
});

export const Notification = z.object({
  id: Id,
  /** Named in a comment, or somebody else said something where one had. */
  kind: z.enum(['mention', 'reply']),
  subject_kind: SubjectKind,
  subject_id: Id,
  subject_name: z.string().nullable(),
  comment: z.object({ id: Id, author_name: z.string(), text: z.string() }),
  created_at: Timestamp,
  read_at: Timestamp.nullable(),
});
export type Notification = z.infer<typeof Notification>;

export const listNotifications = route({
  method: 'GET',
  path: '/api/notifications',
  can: read,
  input: ListInput.extend({ unread: z.enum(['true', 'false']).optional() }),
  reply: page(Notification).extend({ unread: z.int() }),
  summary: 'What the caller was told, newest first, and how much of it is unread',
});
export const readNotifications = route({
  method: 'POST',
  path: '/api/notifications/read',
  can: read,
  input: z.strictObject({ ids: z.array(Id).max(200).optional().describe('All of them unless said') }),
  reply: z.object({ unread: z.int() }),
  summary: 'Mark what the caller was told as read',
});
