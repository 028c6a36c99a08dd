import { me } from '#people/contract';
import { useRoute } from '#platform/web';

/** Who is signed in, with which rights. Shared by every screen; asked once a minute, so that an expired session shows. */
export const useMe = () => useRoute(me, {}, { every: 60_000 });

/** Whether the person on screen holds a right; false until that is known. */
export const useMay = () => {
  const { data } = useMe();
  return (right: string) => data?.rights.includes(right) ?? false;
};
