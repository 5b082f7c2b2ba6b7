class Layers(Module):
  __parameters__ = []
  training : bool
  def conv_2d(self: __torch__.Layers, x: Tensor, p: List[Tensor], stride: int, padding: int) -> Tensor:
    return (self).conv(x, p[0], p[1], stride, padding)
  def conv_2d_padded_below(self: __torch__.Layers, x: Tensor, p: List[Tensor], stride: int, padding: int) -> Tensor:
    return (self).conv(torch.constant_pad_nd(x, [0, 1, 0, 1], 0), p[0], p[1], stride, padding)
  def conv_silu(self: __torch__.Layers, x: Tensor, p: List[Tensor], stride: int) -> Tensor:
    return torch.silu((self).conv(x, p[0], p[1], stride, 1))
  def scaled_conv(self: __torch__.Layers, x: Tensor, p: List[Tensor], scale: float) -> Tensor:
    return torch.mul((self).conv(x, p[0], p[1], 1, 0), scale)
  def upsample_2d(self: __torch__.Layers, x: Tensor, p: List[Tensor], height: int, width: int) -> Tensor:
    y = torch.upsample_nearest2d(x, [height, width], None)
    return (self).conv(y, p[0], p[1], 1, 1)
  def norm_out(self: __torch__.Layers, x: Tensor, p: List[Tensor], groups: int, eps: float) -> Tensor:
    return (self).conv((self).norm_silu(x, groups, p[0], p[1], eps), p[2], p[3], 1, 1)
  def copy_into(self: __torch__.Layers, to: Tensor, x: Tensor) -> Tensor:
    return torch.copy_(to, x, True)
  def concat(self: __torch__.Layers, x: Tensor, skip: Tensor) -> Tensor:
    return torch.cat([x, skip], 1)
  def add(self: __torch__.Layers, x: Tensor, y: Tensor) -> Tensor:
    return torch.add(x, y)
  def time_embedding(self: __torch__.Layers, sinusoid: Tensor, p: List[Tensor]) -> Tensor:
    x = torch.to(sinusoid, p[0], True)
    y = torch.silu((self).linear(x, p[0], p[1]))
    return torch.silu((self).linear(y, p[2], p[3]))
  def shortcut(self: __torch__.Layers, x: Tensor, p: List[Tensor], at: int) -> Tensor:
    if torch.gt(torch.len(p), at):
      s = (self).conv(x, p[at], p[torch.add(at, 1)], 1, 0)
    else:
      s = x
    return s
  def resnet_block_2d(self: __torch__.Layers, x: Tensor, time: Tensor, p: List[Tensor], groups: int, eps: float) -> Tensor:
    shift = (self).linear(time, p[4], p[5])
    h = (self).conv_shifted((self).norm_silu(x, groups, p[0], p[1], eps), p[2], p[3], shift)
    h1 = (self).norm_silu(h, groups, p[6], p[7], eps)
    return (self).conv_onto((self).shortcut(x, p, 10), h1, p[8], p[9])
  def vae_resnet_block_2d(self: __torch__.Layers, x: Tensor, p: List[Tensor], groups: int, eps: float) -> Tensor:
    h = (self).conv((self).norm_silu(x, groups, p[0], p[1], eps), p[2], p[3], 1, 1)
    h1 = (self).norm_silu(h, groups, p[4], p[5], eps)
    return (self).conv_onto((self).shortcut(x, p, 8), h1, p[6], p[7])
  def split_heads(self: __torch__.Layers, x: Tensor, heads: int) -> Tensor:
    y = torch.view(x, [torch.size(x, 0), torch.size(x, 1), heads, torch.floordiv(torch.size(x, 2), heads)])
    return torch.transpose(y, 1, 2)
  def self_attention(self: __torch__.Layers, x: Tensor, p: List[Tensor], heads: int) -> Tensor:
    n, places, d = torch.size(x)
    qkv = torch.view((self).linear(x, p[26], None), [n, places, 3, heads, -1])
    q, k, v = torch.unbind(torch.permute(qkv, [2, 0, 3, 1, 4]))
    y = torch.scaled_dot_product_attention(q, k, v)
    return (self).linear(torch.flatten(torch.transpose(y, 1, 2), 2), p[9], p[10])
  def cross_attention(self: __torch__.Layers, x: Tensor, context: Tensor, p: List[Tensor], heads: int) -> Tensor:
    n, tokens, d = torch.size(context)
    q = (self).split_heads((self).linear(x, p[13], None), heads)
    kv = torch.view((self).linear(context, p[27], None), [n, tokens, 2, heads, -1])
    k, v = torch.unbind(torch.permute(kv, [2, 0, 3, 1, 4]))
    y = torch.scaled_dot_product_attention(q, k, v)
    return (self).linear(torch.flatten(torch.transpose(y, 1, 2), 2), p[16], p[17])
  def transformer_block(self: __torch__.Layers, x: Tensor, context: Tensor, p: List[Tensor], heads: int) -> Tensor:
    d = torch.size(x, 2)
    x1 = torch.add(x, (self).self_attention(torch.layer_norm(x, [d], p[4], p[5]), p, heads))
    x2 = torch.add(x1, (self).cross_attention(torch.layer_norm(x1, [d], p[11], p[12]), context, p, heads))
    n3 = torch.layer_norm(x2, [d], p[18], p[19])
    return torch.add(x2, (self).linear((self).geglu(n3, p[20], p[21]), p[22], p[23]))
  def vae_attention(self: __torch__.Layers, x: Tensor, p: List[Tensor], groups: int, eps: float) -> Tensor:
    n = torch.transpose(torch.flatten((self).norm(x, groups, p[0], p[1], eps), 2), 1, 2)
    q = torch.unsqueeze((self).linear(n, p[2], p[3]), 1)
    k = torch.unsqueeze((self).linear(n, p[4], p[5]), 1)
    v = torch.unsqueeze((self).linear(n, p[6], p[7]), 1)
    y = (self).linear(torch.squeeze(torch.scaled_dot_product_attention(q, k, v), 1), p[8], p[9])
    return torch.add(x, torch.view(torch.transpose(y, 1, 2), torch.size(x)))
  def band_moments(self: __torch__.Layers, x: Tensor) -> Tensor:
    var, mean = torch.var_mean(torch.to(x, 6), [2, 3], correction=0, keepdim=False)
    return torch.stack([mean, var], 0)
  def band_affine(self: __torch__.Layers, moments: Tensor, share: Tensor, p: List[Tensor], at: int, groups: int, eps: float) -> Tensor:
    bands, two, n, c = torch.size(moments)
    grouped = torch.view(moments, [bands, 2, n, groups, torch.floordiv(c, groups)])
    s = torch.view(share, [bands, 1, 1, 1])
    means = torch.select(grouped, 1, 0)
    mean = torch.mean(torch.sum(torch.mul(means, s), [0], False), [2], True)
    spread = torch.add(torch.select(grouped, 1, 1), torch.pow(torch.sub(means, mean), 2))
    var = torch.mean(torch.sum(torch.mul(spread, s), [0], False), [2], True)
    scale = torch.mul(torch.view(torch.to(p[at], 6), [groups, -1]), torch.rsqrt(torch.add(var, eps)))
    shift = torch.addcmul(torch.view(torch.to(p[torch.add(at, 1)], 6), [groups, -1]), mean, scale, value=-1)
    return torch.view(torch.stack([scale, shift], 0), [2, n, c, 1, 1])
  def band_inner(self: __torch__.Layers, x: Tensor) -> Tensor:
    return torch.slice(x, 2, 1, torch.sub(torch.size(x, 2), 1), 1)
  def band_conv(self: __torch__.Layers, x: Tensor, p: List[Tensor]) -> Tensor:
    return (self).band_inner((self).conv(x, p[0], p[1], 1, 1))
  def band_conv_padded_right(self: __torch__.Layers, x: Tensor, p: List[Tensor]) -> Tensor:
    return (self).conv(torch.constant_pad_nd(x, [0, 1], 0), p[0], p[1], 2, 0)
  def band_upsample_2d(self: __torch__.Layers, x: Tensor, p: List[Tensor]) -> Tensor:
    y = torch.upsample_nearest2d(x, [torch.mul(torch.size(x, 2), 2), torch.mul(torch.size(x, 3), 2)], None)
    return (self).band_conv((self).band_inner(y), p)
  def band_shortcut(self: __torch__.Layers, x: Tensor, p: List[Tensor], at: int) -> Tensor:
    return (self).band_inner((self).conv(x, p[at], p[torch.add(at, 1)], 1, 0))
  def band_norm_conv(self: __torch__.Layers, x: Tensor, affine: Tensor, p: List[Tensor], at: int, first: bool, last: bool) -> Tensor:
    y = torch.addcmul(torch.select(affine, 0, 1), x, torch.select(affine, 0, 0))
    z = torch.type_as(torch.silu_(y), x)
    if first:
      above = torch.zero_(torch.slice(z, 2, 0, 1, 1))
    if last:
      below = torch.zero_(torch.slice(z, 2, -1, 9223372036854775807, 1))
    return (self).band_inner((self).conv(z, p[at], p[torch.add(at, 1)], 1, 1))
  def band_norm_conv_onto(self: __torch__.Layers, x: Tensor, onto: Tensor, affine: Tensor, p: List[Tensor], at: int, first: bool, last: bool) -> Tensor:
    return torch.add(onto, (self).band_norm_conv(x, affine, p, at, first, last))
  def clip_embeddings(self: __torch__.Layers, ids: Tensor, p: List[Tensor]) -> Tensor:
    positions = torch.slice(p[1], 0, 0, torch.size(ids, 1), 1)
    return torch.add(torch.embedding(p[0], ids), positions)
  def clip_embeddings_with(self: __torch__.Layers, ids: Tensor, p: List[Tensor], places: Tensor, vectors: Tensor) -> Tensor:
    tokens = torch.embedding(p[0], ids)
    rows = torch.index_copy(torch.flatten(tokens, 0, 1), 0, places, torch.type_as(vectors, p[0]))
    positions = torch.slice(p[1], 0, 0, torch.size(ids, 1), 1)
    return torch.add(torch.view(rows, torch.size(tokens)), positions)
  def clip_heads(self: __torch__.Layers, x: Tensor, p: List[Tensor], at: int, heads: int) -> Tensor:
    return (self).split_heads((self).linear(x, p[at], p[torch.add(at, 1)]), heads)
  def clip_layer(self: __torch__.Layers, x: Tensor, p: List[Tensor], heads: int, eps: float, quick_gelu: bool) -> Tensor:
    d = torch.size(x, 2)
    n1 = torch.layer_norm(x, [d], p[0], p[1], eps)
    q = (self).clip_heads(n1, p, 2, heads)
    k = (self).clip_heads(n1, p, 4, heads)
    v = (self).clip_heads(n1, p, 6, heads)
    y = torch.scaled_dot_product_attention(q, k, v, None, 0.0, True)
    x1 = torch.add(x, (self).linear(torch.flatten(torch.transpose(y, 1, 2), 2), p[8], p[9]))
    h = (self).linear(torch.layer_norm(x1, [d], p[10], p[11], eps), p[12], p[13])
    if quick_gelu:
      a = torch.mul(h, torch.sigmoid(torch.mul(h, 1.702)))
    else:
      a = torch.gelu(h)
    return torch.add(x1, (self).linear(a, p[14], p[15]))
  def layer_norm(self: __torch__.Layers, x: Tensor, p: List[Tensor], eps: float) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 2)], p[0], p[1], eps)
  def matmul(self: __torch__.Layers, x: Tensor, y: Tensor) -> Tensor:
    return torch.matmul(x, y)
  def generator(self: __torch__.Layers, seed: int) -> Generator:
    return torch.Generator(device=torch.device("cpu"), seed=seed)
  def randn(self: __torch__.Layers, generator: Generator, size: List[int]) -> Tensor:
    return torch.randn(size, generator=generator, dtype=6, layout=0, device=torch.device("cpu"), pin_memory=False)
  def guidance(self: __torch__.Layers, noise: Tensor, scale: float) -> Tensor:
    unconditional, conditional = torch.chunk(noise, 2, 0)
    return torch.add(unconditional, torch.mul(torch.sub(conditional, unconditional), scale))
  def rescale_guidance(self: __torch__.Layers, guided: Tensor, outputs: Tensor, prompts: int, rescale: float) -> Tensor:
    conditional = torch.slice(outputs, 0, torch.size(guided, 0), 9223372036854775807, 1)
    mean = torch.mean(torch.stack(torch.chunk(conditional, prompts, 0), 0), [0])
    ratio = torch.div(torch.std(mean, [1, 2, 3], True, True), torch.std(guided, [1, 2, 3], True, True))
    return torch.mul(guided, torch.add(torch.mul(ratio, rescale), torch.sub(1.0, rescale)))
  def slerp(self: __torch__.Layers, low: Tensor, high: Tensor, share: float) -> Tensor:
    low_norm = torch.div(low, torch.norm(low, 2, [2], True))
    high_norm = torch.div(high, torch.norm(high, 2, [2], True))
    omega = torch.acos(torch.clamp(torch.sum(torch.mul(low_norm, high_norm), [2], True), -1.0, 1.0))
    so = torch.sin(omega)
    a = torch.div(torch.sin(torch.mul(omega, torch.sub(1.0, share))), so)
    b = torch.div(torch.sin(torch.mul(omega, share)), so)
    mixed = torch.add(torch.mul(a, low), torch.mul(b, high))
    return torch.where(torch.lt(so, 1e-06), low, mixed)
  def resize_latent(self: __torch__.Layers, x: Tensor, mode: int, height: int, width: int) -> Tensor:
    if torch.eq(mode, 0):
      y = torch.upsample_bilinear2d(x, [height, width], False, None)
    else:
      if torch.eq(mode, 1):
        y = torch.upsample_nearest2d(x, [height, width], None)
      else:
        y = torch.upsample_bicubic2d(x, [height, width], False, None)
    return y
  def tiny_conv(self: __torch__.Layers, x: Tensor, p: List[Tensor]) -> Tensor:
    if torch.gt(torch.len(p), 1):
      b = p[1]
    else:
      b = torch.new_zeros(x, [torch.size(p[0], 0)])
    return (self).conv(x, p[0], b, 1, 1)
  def tiny_in(self: __torch__.Layers, latent: Tensor, p: List[Tensor]) -> Tensor:
    x = torch.mul(torch.tanh(torch.div(latent, 3.0)), 3.0)
    return torch.relu((self).tiny_conv(x, p))
  def tiny_block(self: __torch__.Layers, x: Tensor, p: List[Tensor]) -> Tensor:
    h = torch.relu((self).conv(x, p[0], p[1], 1, 1))
    h1 = torch.relu((self).conv(h, p[2], p[3], 1, 1))
    return torch.relu(torch.add((self).conv(h1, p[4], p[5], 1, 1), x))
  def tiny_up(self: __torch__.Layers, x: Tensor, p: List[Tensor]) -> Tensor:
    y = torch.upsample_nearest2d(x, [torch.mul(torch.size(x, 2), 2), torch.mul(torch.size(x, 3), 2)], None)
    return (self).tiny_conv(y, p)
  def tiny_out(self: __torch__.Layers, x: Tensor, p: List[Tensor]) -> Tensor:
    return torch.sub(torch.mul((self).tiny_conv(x, p), 2.0), 1.0)
  def all_finite(self: __torch__.Layers, x: Tensor) -> Tensor:
    return torch.all(torch.isfinite(x))
  def to_pixels(self: __torch__.Layers, x: Tensor) -> Tensor:
    y = torch.clamp(torch.add(torch.mul(torch.to(x, 6), 0.5), 0.5), 0.0, 1.0)
    z = torch.permute(torch.round(torch.mul(y, 255.0)), [0, 2, 3, 1])
    return torch.contiguous(torch.to(z, 0))
