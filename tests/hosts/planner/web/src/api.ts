export async function me(token: string): Promise<string> {
  const answer = await fetch(`${import.meta.env.VITE_API_URL}/me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return answer.text();
}
