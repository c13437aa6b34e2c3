-- The shard commit: a generic compare-and-set over the keys of one shard. No business rule is in it.
-- KEYS: m (version, time, positions), c (states), v (views), t (due times), o (outbox), x (lists).

-- look(mine, caught_up_ms, head): one reply with the shard's meta, first due time, outbox length and head.
local function look(k, a)
  if a[2] ~= '' and (redis.call('HGET', k[1], 'version') or '') == a[1] then
    redis.call('HSET', k[1], 'caught_up_at', a[2])
  end
  local head = {}
  if tonumber(a[3]) > 0 then head = redis.call('XRANGE', k[5], '-', '+', 'COUNT', a[3]) end
  return {redis.call('HGETALL', k[1]), redis.call('ZRANGE', k[4], 0, 0, 'WITHSCORES'),
    redis.call('XLEN', k[5]), head}
end

-- load(until_ms, limit, subject...): version; what is due by then; states and due times of both.
local function load(k, a)
  local due = {}
  if a[1] ~= '' then
    due = redis.call('ZRANGEBYSCORE', k[4], '-inf', a[1], 'WITHSCORES', 'LIMIT', 0, a[2])
  end
  local states = {}
  for i = 3, #a do
    states[#states + 1] = redis.call('HGET', k[2], a[i])
    states[#states + 1] = redis.call('ZSCORE', k[4], a[i])
  end
  local due_states = {}
  for i = 1, #due, 2 do due_states[#due_states + 1] = redis.call('HGET', k[2], due[i]) end
  return {redis.call('HGET', k[1], 'version'), states, due, due_states}
end

-- forget(list, word, views): a list's lines whose key holds the word go, and the views that they name.
local function forget(k, list, word, views)
  for _, line in ipairs(redis.call('ZRANGEBYLEX', k[6], '[' .. list .. '\0', '[' .. list .. '\0\255')) do
    local key = string.sub(line, #list + 2)
    if string.find(key, word, 1, true) then
      redis.call('ZREM', k[6], line)
      redis.call('HDEL', k[3], views .. string.sub(key, string.find(key .. '/', '/', 1, true) + 1))
    end
  end
end

-- commit(old, new, then sections of: command, key number, items in one call, item count, items...)
local function commit(k, a)
  local stored = redis.call('HGET', k[1], 'version') or ''
  if stored == a[2] then return 'DUP' end
  if stored ~= a[1] then return 'MOVED' end
  local at = 3
  while at <= #a do
    local chunk, last = tonumber(a[at + 2]), at + 3 + tonumber(a[at + 3])
    for from = at + 4, last, chunk do
      if a[at] == 'FORGET' then
        forget(k, a[from], a[from + 1], a[from + 2])
      else
        redis.call(a[at], k[tonumber(a[at + 1])], unpack(a, from, math.min(from + chunk - 1, last)))
      end
    end
    at = last + 1
  end
  redis.call('HSET', k[1], 'version', a[2])
  return 'OK'
end

-- note(mine, field, value): a remark beside the state, only by whom the shard belongs to.
local function note(k, a)
  if (redis.call('HGET', k[1], 'version') or '') ~= a[1] then return 'MOVED' end
  redis.call('HSET', k[1], a[2], a[3])
  return 'OK'
end
