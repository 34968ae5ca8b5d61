// What a password has to be, as the server says (kPasswordMinimum in src/access/limits.h).
export const shortest_password = 8;
